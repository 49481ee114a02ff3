"""python -m podfeed"""

from podfeed.cli import main

if __name__ == "__main__":
    main()
