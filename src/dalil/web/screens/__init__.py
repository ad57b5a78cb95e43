"""The screens, one module each: who asks, one call to a room, render."""
