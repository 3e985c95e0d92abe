"""Read an account, judge what runs in it, and say why."""
