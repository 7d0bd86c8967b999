"""Comparison of data (数据比对): what departments are asked of a township's list, what they answer, and
how doubts are re-checked. It works by sheet; requests over a department's own topic are not built.
"""
