"""Serving: uvicorn with bounds on connections, the worker processes, probes and metrics."""
