"""How fast the everyday pages are, measured over real HTTP on a made-up roster: `manage.py bench`.

`definition` says what a roster is, `roster` writes it, `ground` gives it a database and the servers around it, `site`
runs the product on them, `load` asks for pages, `race` wants one place thirty times, `ranks` chooses candidates,
`sweep` has a hundred searches ask, `rush` lets everybody say yes at once, `withdrawals` waits for the mail, and
`report` says what came out. Nothing here touches the database that this installation is configured for.
"""
