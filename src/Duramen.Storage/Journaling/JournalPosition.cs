namespace Duramen.Storage.Journaling;

/// <summary>Where a group of the journal begins, and how it is recognised.</summary>
/// <param name="Sequence">Number of the group: 1 for the first of a folder's life, one more for each after it.</param>
/// <param name="PreviousChecksum">Checksum of the group before it.</param>
/// <param name="File">Number of the journal file.</param>
/// <param name="FilePosition">Position in that file, in bytes.</param>
internal readonly record struct JournalPosition(long Sequence, uint PreviousChecksum, int File, long FilePosition);
