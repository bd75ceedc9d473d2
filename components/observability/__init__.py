"""Metrics, logs, traces, dashboards and alarms."""
