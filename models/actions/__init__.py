"""One function per verb a colleague would say. Takes session, actor and now; never commits."""
