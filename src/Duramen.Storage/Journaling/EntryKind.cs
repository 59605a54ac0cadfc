namespace Duramen.Storage.Journaling;

/// <summary>What a journal entry says happened. The values are on disk.</summary>
internal enum EntryKind : byte
{
    /// <summary>Batches were appended; the entry carries them.</summary>
    Append = 1,

    /// <summary>Batches were appended straight to their segment; the entry carries their checksum.</summary>
    AppendDirect = 2,

    /// <summary>A log was created: name and options.</summary>
    LogCreated = 3,

    /// <summary>A log was deleted.</summary>
    LogDeleted = 4,

    /// <summary>The start of a log moved.</summary>
    Trimmed = 5,

    /// <summary>The end of a log went back: the state of the segment that is last from then on.</summary>
    Truncated = 6,

    /// <summary>The last segment was sealed and an empty one begun.</summary>
    Rolled = 7,

    /// <summary>Compaction put new segments in the place of old ones.</summary>
    SegmentsReplaced = 8,

    /// <summary>The options of a log changed.</summary>
    OptionsChanged = 9,

    /// <summary>Producers that were silent for long were forgotten.</summary>
    ProducersForgotten = 10,
}
