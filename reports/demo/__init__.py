"""The invented general branch: five branches, sixty-two members, and what they did. No real person stands here."""
