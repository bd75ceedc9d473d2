account = Account("account")
