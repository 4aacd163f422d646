"""The drill: two nodes on PostgreSQL behind the shipped nginx, and what a bad night does to them, under load.

nodes.py     the processes: PostgreSQL, the nodes
ledger.py    what was written and acknowledged, and which answers are therefore right
traffic.py   clients that write and read all the time
slow.py      clients that hold connections and say little or nothing
report.py    what was counted, as a table
"""
