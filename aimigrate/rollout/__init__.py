"""Carry a plan out: drive Pulumi and Ansible, and keep what happened."""
