"""What comments are about: terms that set some apart from others, themes of complaints."""
