"""Dated changes of households (D3): births, deaths, moves, marriages, split and merged."""
