"""Changes of the desk's own database: accounts, sessions, work in the background."""
