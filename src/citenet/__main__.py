"""``python -m citenet`` is the command line."""

from citenet.cli import run

if __name__ == "__main__":
    run()
