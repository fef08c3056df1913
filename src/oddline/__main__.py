"""``python -m oddline`` is ``oddline``."""

from oddline.cli.main import run

if __name__ == "__main__":
    run()
