# The service in a container: an ordinary user, one volume, nothing else to install.
#   docker build -t oddline . && docker run -p 127.0.0.1:8765:8765 -v oddline:/data oddline
FROM python:3.13-slim AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE constraints.txt ./
COPY src ./src
COPY examples/shop ./examples/shop
# For the neural detectors as well: '.[serve,deep,tune]', with PyTorch's CPU build at hand.
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --compile -c constraints.txt '.[serve,tune]'

FROM python:3.13-slim
RUN useradd --system --create-home --uid 10001 oddline && install -d -o oddline /data
COPY --from=build /venv /venv
USER oddline
WORKDIR /home/oddline
ENV PATH=/venv/bin:$PATH ODDLINE_DATA_DIR=/data ODDLINE_HOST=0.0.0.0 PYTHONUNBUFFERED=1
VOLUME /data
EXPOSE 8765
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen(r.Request('http://127.0.0.1:8765/health', headers={'Host': '127.0.0.1'}))"]
CMD ["oddline", "serve"]
