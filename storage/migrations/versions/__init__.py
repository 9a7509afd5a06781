"""One file a step. The first is generated from the tables until 0.1.0; a released step is never changed again."""
