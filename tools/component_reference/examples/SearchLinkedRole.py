linked = SearchLinkedRole("search", SearchLinkedRoleArgs())
