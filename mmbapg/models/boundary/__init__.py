"""Boundary-sensitive pretraining (BSP): learners and their integrations."""
