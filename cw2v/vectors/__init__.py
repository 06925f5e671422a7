"""What KeyedVectors is put together from: the container and its edits, questions, measures and judgements."""
