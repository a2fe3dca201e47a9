"""The rehearsal's e-referral service over real HTTP.

Real state behind the public contract of e-RS, real waiting from the same model that the
forecast runs. See `docs/mock-server.md`.
"""
