"""Project oversight: from orders, rules and templates to programs, projects, project tasks, links, states and notes."""
