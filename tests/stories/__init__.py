"""The main job and every day's: in a real browser, through real workers, and over days of a rehearsal."""
