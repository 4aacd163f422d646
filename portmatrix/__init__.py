"""The one app of alports: the port matrix of Citrix App Layering as data, pages and API."""
