namespace Duramen.Coordination.Notes;

/// <summary>What a record of the notes says; the first field of its key. A number is never used again.</summary>
internal enum NoteKind : short
{
    /// <summary>Who appends from an offset on, until another note.</summary>
    Run = 1,

    /// <summary>Who appended one batch, whatever runs there are.</summary>
    Batch = 2,

    /// <summary>Who sent a batch again that the log had already.</summary>
    Again = 3,

    /// <summary>Between which offsets the notes before this one say everything.</summary>
    Covered = 4,
}
