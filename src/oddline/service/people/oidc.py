"""OpenID Connect: the authorization code flow with PKCE, as far as it needs no database (OpenID Connect Core 1.0).

What a browser must bring back is derived from one secret in its cookie, so the service keeps nothing in between.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from oddline.core.errors import ConfigError
from oddline.service.settings import LOOPBACK, Settings

__all__ = ["CALLBACK", "Flow", "Provider", "ProviderFailed", "local_path"]

CALLBACK = "/api/v1/session/oidc/callback"
SCOPE = "openid email profile"
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures by the issuer's private key; none, and none by a secret that the client knows as well."""

FRESH, PATIENCE, LEEWAY = 3600.0, 10.0, 60


class ProviderFailed(Exception):
    """The issuer could not be reached, or what it sent does not hold."""


@dataclass(frozen=True)
class Flow:
    """One sign-in under way: what is sent along, and what must come back."""

    secret: str

    def derived(self, name: str) -> str:
        """Derive a value that nobody can guess who does not have the cookie.

        Examples
        --------
        >>> len(Flow("s").derived("state")), Flow("s").derived("state") == Flow("s").derived("nonce")
        (64, False)
        """
        return hmac.new(self.secret.encode(), f"oddline oidc {name}".encode(), hashlib.sha256).hexdigest()


@dataclass
class Provider:
    """The issuer of the settings; what it says of itself, and its keys, are kept for an hour."""

    settings: Settings
    _kept: dict[str, tuple[float, dict[str, Any]]] = field(default_factory=dict)

    def begin(self, flow: Flow) -> str:
        """Give the address where the person signs in.

        Raises
        ------
        ProviderFailed
            If the issuer cannot be reached.
        """
        with self._client() as client:
            address, _ = client.create_authorization_url(
                self._about(client)["authorization_endpoint"],
                state=flow.derived("state"),
                nonce=flow.derived("nonce"),
                code_verifier=flow.derived("verifier"),
            )
        return str(address)

    def finish(self, flow: Flow, code: str) -> dict[str, Any]:
        """Trade the code for who the person is: the claims of a token that was checked.

        Raises
        ------
        ProviderFailed
            If the issuer cannot be reached, or refuses the code, or its token does not hold.
        """
        from authlib.common.errors import AuthlibBaseError
        from httpx2 import HTTPError
        from joserfc.errors import JoseError

        try:
            with self._client() as client:
                about = self._about(client)
                token = client.fetch_token(about["token_endpoint"], code=code, code_verifier=flow.derived("verifier"))
                claims = self._checked(client, token, flow)
                if "email" not in claims and "userinfo_endpoint" in about:
                    told = client.get(about["userinfo_endpoint"]).raise_for_status().json()
                    if told.get("sub") == claims["sub"]:
                        claims = told | claims
                return claims
        except (AuthlibBaseError, JoseError, HTTPError, KeyError, TypeError, ValueError) as error:
            raise ProviderFailed(f"{type(error).__name__}: {error}") from error

    def _client(self) -> Any:
        from authlib.integrations.httpx_client import OAuth2Client

        secret = self.settings.oidc_client_secret
        return OAuth2Client(
            client_id=self.settings.oidc_client_id,
            client_secret=secret.get_secret_value() if secret else None,
            token_endpoint_auth_method="client_secret_basic" if secret else "none",
            scope=SCOPE,
            redirect_uri=f"{self.settings.base_url}{CALLBACK}",
            code_challenge_method="S256",
            timeout=PATIENCE,
        )

    def _checked(self, client: Any, token: dict[str, Any], flow: Flow) -> dict[str, Any]:
        """Check the signature, by whom and for whom the token is, that it is fresh, and that this browser asked."""
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        sent = token["id_token"]
        try:
            read = jwt.decode(sent, KeySet.import_key_set(self._keys(client)), algorithms=ALGORITHMS)
        except (JoseError, ValueError):  # perhaps the issuer has new keys
            self._kept.pop("keys", None)
            read = jwt.decode(sent, KeySet.import_key_set(self._keys(client)), algorithms=ALGORITHMS)
        claims = CodeIDToken(
            read.claims,
            read.header,
            options={
                "iss": {"essential": True, "value": self.settings.oidc_issuer},
                "aud": {"essential": True, "value": self.settings.oidc_client_id},
                "nonce": {"essential": True, "value": flow.derived("nonce")},
            },
            params={
                "nonce": flow.derived("nonce"),
                "client_id": self.settings.oidc_client_id,
                "access_token": token.get("access_token"),
            },
        )
        claims.validate(leeway=LEEWAY)
        return dict(claims)

    def _about(self, client: Any) -> dict[str, Any]:
        issuer = self.settings.oidc_issuer or ""
        if urlsplit(issuer).scheme != "https" and urlsplit(issuer).hostname not in LOOPBACK:
            raise ConfigError(
                f"the issuer {issuer!r} is not reached by TLS", expected="https://…", hint="ODDLINE_OIDC_ISSUER"
            )
        about = self._fetched(client, "about", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if about.get("issuer") != issuer:
            raise ProviderFailed(f"the issuer calls itself {about.get('issuer')!r}, not {issuer!r}")
        return about

    def _keys(self, client: Any) -> Any:
        return self._fetched(client, "keys", self._about(client)["jwks_uri"])

    def _fetched(self, client: Any, name: str, address: str) -> dict[str, Any]:
        from httpx2 import HTTPError

        kept = self._kept.get(name)
        if kept and time.monotonic() - kept[0] < FRESH:
            return kept[1]
        try:
            answer = client.request("GET", address, withhold_token=True).raise_for_status().json()
        except (HTTPError, ValueError) as error:
            raise ProviderFailed(f"{address}: {error}") from error
        self._kept[name] = (time.monotonic(), answer)
        return dict(answer)


def local_path(path: str) -> str:
    r"""Give a path of this service, where to go after; anything else is the first page.

    Examples
    --------
    >>> local_path("/scans?q=1"), local_path("//evil.example"), local_path("/\\evil.example"), local_path("https://x")
    ('/scans?q=1', '/', '/', '/')
    """
    plain = path.isascii() and path.isprintable() and " " not in path
    return path if plain and path.startswith("/") and not path.startswith(("//", "/\\")) else "/"
