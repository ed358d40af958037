"""The commands, one module for each thing that people do. Heavy modules are loaded only where they are needed."""
