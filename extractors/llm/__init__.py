"""Reading by a language model: what is asked, what may be sent, how the answer becomes cited values."""
