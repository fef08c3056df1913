"""A small real OpenID Connect issuer on a local port: discovery, keys, authorisation, tokens, user info."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_hex
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "oddline", "the client's secret"


@dataclass
class Issuer:
    """``person`` is who signs in next; ``wrong`` overrides claims of the token, ``lie`` other things."""

    person: dict[str, Any] = field(default_factory=dict)
    wrong: dict[str, Any] = field(default_factory=dict)
    lie: set[str] = field(default_factory=set)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    asked: list[str] = field(default_factory=list)
    address: str = ""

    def start(self) -> None:
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.answer(self, dict(parse_qs(urlsplit(self.path).query)))

            def do_POST(self) -> None:
                issuer.answer(self, parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))

            def log_message(self, *arguments: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, handler: BaseHTTPRequestHandler, sent: dict[str, list[str]]) -> None:
        path = urlsplit(handler.path).path
        self.asked.append(path)
        fields = {name: values[0] for name, values in sent.items()}
        if path == "/authorize":
            return self._authorize(handler, fields)
        status, body = {
            "/.well-known/openid-configuration": self._about,
            "/keys": self._keys,
            "/token": lambda: self._token(handler, fields),
            "/userinfo": lambda: (200, self.person),
        }.get(path, lambda: (404, {}))()
        text = json.dumps(body).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(text)))
        handler.end_headers()
        handler.wfile.write(text)
        return None

    def _about(self) -> tuple[int, dict[str, Any]]:
        name = "https://evil.example" if "name" in self.lie else self.address
        return 200, {
            "issuer": name,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "userinfo_endpoint": f"{self.address}/userinfo",
            "jwks_uri": f"{self.address}/keys",
        }

    def _keys(self) -> tuple[int, dict[str, Any]]:
        return 200, KeySet([self.key]).as_dict(private=False)

    def _authorize(self, handler: BaseHTTPRequestHandler, fields: dict[str, str]) -> None:
        assert fields["response_type"] == "code" and fields["client_id"] == CLIENT
        assert fields["code_challenge_method"] == "S256" and "openid" in fields["scope"]
        code = token_hex(8)
        self.codes[code] = fields
        back = {"error": "access_denied"} if "deny" in self.lie else {"code": code}
        handler.send_response(302)
        handler.send_header("Location", f"{fields['redirect_uri']}?{urlencode(back | {'state': fields['state']})}")
        handler.end_headers()

    def _token(self, handler: BaseHTTPRequestHandler, fields: dict[str, str]) -> tuple[int, dict[str, Any]]:
        kind, _, basic = handler.headers.get("Authorization", "").partition(" ")
        begun = self.codes.pop(fields["code"], None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(fields.get("code_verifier", "").encode()).digest())
        known = kind == "Basic" and base64.b64decode(basic).decode().replace("%27", "'").replace("+", " ").replace(
            "%20", " "
        )
        if known != f"{CLIENT}:{SECRET}":
            return 401, {"error": "invalid_client"}
        if begun is None or challenge.decode().rstrip("=") != begun["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        if fields["redirect_uri"] != begun["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        moment = int(time.time())
        own = {"iss": self.address, "aud": CLIENT, "iat": moment, "exp": moment + 300, "nonce": begun["nonce"]}
        told = {"sub": self.person["sub"]} if "short" in self.lie else self.person
        claims = {name: value for name, value in (own | told | self.wrong).items() if value is not None}
        return 200, {"access_token": "at", "token_type": "Bearer", "id_token": self._signed(claims)}

    def _signed(self, claims: dict[str, Any]) -> str:
        if "none" in self.lie:
            parts = ({"alg": "none"}, claims)
            return (
                ".".join(base64.urlsafe_b64encode(json.dumps(each).encode()).decode().rstrip("=") for each in parts)
                + "."
            )
        key = RSAKey.generate_key(2048, {"kid": "one"}) if "key" in self.lie else self.key
        return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)
