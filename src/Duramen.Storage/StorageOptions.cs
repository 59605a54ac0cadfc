using Duramen.Disk;
using Duramen.Log;

namespace Duramen.Storage;

/// <summary>How a data folder is opened and run; nothing here is stored in it.</summary>
public sealed record StorageOptions
{
    /// <summary>Whether to make a data folder where there is none; true by default.</summary>
    public bool CreateIfMissing { get; init; } = true;

    /// <summary>The size of one journal file in bytes, a multiple of 4 KiB; 16 MiB by default.</summary>
    public int JournalFileSizeBytes { get; init; } = 16 << 20;

    /// <summary>
    /// The number of journal files at most; 16 by default. Their total size bounds what a restart has to replay, and the memory that holds
    /// what is journaled but not yet in segments.
    /// </summary>
    public int JournalFilesMax { get; init; } = 16;

    /// <summary>How often retention, compaction and scrubbing look for work; 30 seconds by default, zero for never.</summary>
    public TimeSpan MaintenanceInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Memory for the key map of one compaction, in bytes; 128 MiB by default.</summary>
    public int CompactionMemoryBytes { get; init; } = 128 << 20;

    /// <summary>Bytes a second that compaction may read; no limit by default.</summary>
    public long CompactionBytesPerSecond { get; init; } = long.MaxValue;

    /// <summary>Bytes a second that background scrubbing reads; 8 MiB by default, zero for no scrubbing.</summary>
    public long ScrubBytesPerSecond { get; init; } = 8 << 20;

    /// <summary>How long a producer may be silent before its log forgets it, so that it may begin again anywhere; 1 day by default, zero for never.</summary>
    public TimeSpan ProducerExpiration { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The clock of retention, compaction and the expiration of producers; it never decides what is durable.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The size of the group buffer in bytes; smaller ones only exist so that tests fill, wrap and split journals with little data.</summary>
    internal int GroupBufferBytes { get; init; } = StorageLimits.GroupBufferBytes;

    /// <summary>How much of a file that is deleted is given back at a time; smaller ones only exist so that tests crash between them with little data.</summary>
    internal long DeletedPieceBytes { get; init; } = GradualDeletion.PieceBytes;

    /// <summary>Told, one line each, what recovery and maintenance did that a person should know; nothing by default. Called from several threads.</summary>
    public Action<string>? Notice { get; init; }

    /// <summary>Told, one line each, what retention and compaction did as their options say; nothing by default. Called from several threads.</summary>
    public Action<string>? Upkeep { get; init; }

    internal void Validate()
    {
        Require(JournalFileSizeBytes >= StorageLimits.JournalFileMinBytes && JournalFileSizeBytes % StorageLimits.JournalBlockBytes == 0, nameof(JournalFileSizeBytes), JournalFileSizeBytes);
        Require(JournalFilesMax is >= StorageLimits.JournalFilesMin and <= StorageLimits.JournalFilesMax, nameof(JournalFilesMax), JournalFilesMax);
    }

    private static void Require(bool holds, string option, int value)
    {
        if (!holds)
        {
            throw new StorageException(
                LogErrors.InvalidOption,
                FormattableString.Invariant($"{option} cannot be {value}."),
                FormattableString.Invariant(
                    $"Journal files have {StorageLimits.JournalFileMinBytes} bytes or more, in whole blocks of {StorageLimits.JournalBlockBytes}, and there are {StorageLimits.JournalFilesMin} to {StorageLimits.JournalFilesMax}."));
        }
    }
}
