"""`python -m tests.stories` lists every story, and how each platform plays it or why it does not."""

from rich.console import Console

from tests.stories.platforms import stories


def main() -> None:
    """Print the list."""
    console = Console(soft_wrap=True, highlight=False, markup=False)
    for name, (summary, parts) in stories().items():
        console.print(name, style="bold")
        console.print(f"  {summary}")
        for each in parts:
            console.print(f"  {each.platform}: {each.way or f'not played: {each.because}'}")


if __name__ == "__main__":
    main()
