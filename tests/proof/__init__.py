"""Breaking each promise on purpose, to see that its tests notice."""
