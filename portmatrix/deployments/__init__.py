"""One installation of App Layering as people describe it: its document, its addresses, and how it meets the
catalogue.
"""
