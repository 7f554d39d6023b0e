"""Reading backends: one module each; the module's name is the setting's value."""
