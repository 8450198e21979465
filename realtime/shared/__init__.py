"""Small parts that the engine, the serving and the apps share: errors, limits, statements, threads."""
