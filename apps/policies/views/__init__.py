"""The pages of the policy: for everybody, and for the desk."""
