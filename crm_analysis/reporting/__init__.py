"""Run the notebooks, write the pages, keep the archive."""
