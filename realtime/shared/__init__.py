"""Small parts that the engine, the serving and the apps share: errors, rate limits, SQL statements, threads."""
