"""The main job and everyday work from end to end: in a real browser, through real workers, and over days of a rehearsal."""
