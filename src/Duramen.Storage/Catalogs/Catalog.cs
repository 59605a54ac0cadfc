using System.Buffers.Binary;
using Duramen.Core.Checksums;
using Duramen.Disk;
using Duramen.Storage.Journaling;

namespace Duramen.Storage.Catalogs;

/// <summary>
/// The state of a whole folder at one position of its journal: what recovery starts from. Two equal copies are kept, each replaced atomically,
/// so that damage to one is repaired from the other.
/// </summary>
internal sealed record Catalog
{
    public const string FirstCopyName = "catalog.a";
    public const string SecondCopyName = "catalog.b";

    private const uint Magic = 0x44524354;
    private const ushort Version = 3;
    private const ushort FirstVersionWithProducers = 2;
    private const int LogMinBytes = 100;
    private const int FixedBytes = 8;

    /// <summary>The identity of the folder; every journal group carries it too.</summary>
    public required Guid FolderId { get; init; }

    /// <summary>One more at every checkpoint.</summary>
    public required long Sequence { get; init; }

    /// <summary>The first group that is not part of this state.</summary>
    public required JournalPosition Journal { get; init; }

    /// <summary>Whether the folder was closed in order, so that the journal holds nothing beyond this state.</summary>
    public required bool IsClean { get; init; }

    public required IReadOnlyList<LogRecord> Logs { get; init; }

    /// <summary>Paths, relative to the folder, that nothing refers to any more and that may be there still.</summary>
    public required IReadOnlyList<string> Garbage { get; init; }

    /// <summary>
    /// Whether an older version wrote it. It is written again before anything is journaled that the older version would not understand.
    /// </summary>
    public bool IsOfOlderVersion { get; init; }

    /// <summary>Writes both copies durably, one after the other, so that at any moment at least one is whole.</summary>
    public void Save(IDisk disk, string folder)
    {
        byte[] bytes = Encode();
        SaveCopy(disk, folder, FirstCopyName, bytes);
        SaveCopy(disk, folder, SecondCopyName, bytes);
    }

    /// <summary>
    /// Reads the newest whole copy; adds to <paramref name="defects"/> what is wrong with the other. Null when there is no catalog at all.
    /// </summary>
    /// <exception cref="StorageException">Copies exist and none is whole, or a newer version wrote them.</exception>
    public static Catalog? TryLoad(IDisk disk, string folder, List<string> defects)
    {
        Catalog? first = TryLoadCopy(disk, $"{folder}/{FirstCopyName}", defects);
        Catalog? second = TryLoadCopy(disk, $"{folder}/{SecondCopyName}", defects);
        if (first is not null && second is not null && first.Sequence != second.Sequence)
        {
            defects.Add($"{folder}/{(first.Sequence < second.Sequence ? FirstCopyName : SecondCopyName)} is older than the other copy");
        }
        else if ((first is null) != (second is null) && defects.Count == 0)
        {
            defects.Add($"{folder}/{(first is null ? FirstCopyName : SecondCopyName)} is missing");
        }

        if (first is null && second is null && defects.Count > 0)
        {
            throw new StorageException(
                StorageErrors.CatalogCorrupt,
                $"No copy of the catalog can be used: {string.Join("; ", defects)}.",
                "Restore catalog.a or catalog.b together with the folder 'journal' from a backup.");
        }

        return first is null || (second is not null && second.Sequence > first.Sequence) ? second : first;
    }

    private static void SaveCopy(IDisk disk, string folder, string name, byte[] bytes)
    {
        string path = $"{folder}/{name}";
        string temporary = path + ".new";
        disk.DeleteFile(temporary);
        using (IDiskFile file = disk.Open(temporary, DiskFileMode.CreateNew))
        {
            file.Write(bytes, 0);
            file.Sync();
        }

        disk.Rename(temporary, path);
        disk.SyncFolder(folder);
    }

    /// <summary>Reads one copy; null when it is missing, and when it is damaged, which <paramref name="defects"/> then says.</summary>
    /// <exception cref="StorageException">A newer version wrote it, or its fields do not fit.</exception>
    public static Catalog? TryLoadCopy(IDisk disk, string path, List<string> defects)
    {
        if (!disk.FileExists(path))
        {
            return null;
        }

        byte[] bytes;
        using (IDiskFile file = disk.Open(path, DiskFileMode.Existing))
        {
            bytes = new byte[file.Length];
            file.Read(bytes, 0);
        }

        if (bytes.Length < FixedBytes + sizeof(uint) || BinaryPrimitives.ReadUInt32BigEndian(bytes) != Magic)
        {
            defects.Add($"{path} is not a catalog: its first bytes are wrong");
            return null;
        }

        ReadOnlySpan<byte> checksummed = bytes.AsSpan(0, bytes.Length - sizeof(uint));
        if (Crc32C.Compute(checksummed) != BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(checksummed.Length)))
        {
            defects.Add($"{path} is damaged: its checksum does not match its bytes");
            return null;
        }

        ushort version = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(4));
        if (version > Version)
        {
            throw new StorageException(
                StorageErrors.NewerVersion,
                FormattableString.Invariant($"{path} has format version {version}; this program knows versions up to {Version}."),
                "Open the folder with the version of Duramen that wrote it, or a newer one.");
        }

        return Decode(checksummed[FixedBytes..], version, isClean: bytes[6] != 0, path);
    }

    private byte[] Encode()
    {
        var writer = new CatalogWriter();
        writer.UInt32(Magic).Byte(0).Byte((byte)Version).Byte(IsClean ? (byte)1 : (byte)0).Byte(0);
        writer.Raw(FolderId.ToByteArray(bigEndian: true));
        writer.Int64(Sequence).Int64(Journal.Sequence).UInt32(Journal.PreviousChecksum).Int32(Journal.File).Int64(Journal.FilePosition);
        writer.Int32(Logs.Count);
        foreach (LogRecord log in Logs)
        {
            log.Write(writer);
            ProducerRecord.Write(writer, log.Producers);
        }

        writer.Int32(Garbage.Count);
        foreach (string path in Garbage)
        {
            writer.Text(path);
        }

        writer.UInt32(Crc32C.Compute(writer.Written));
        return writer.Written.ToArray();
    }

    private static Catalog Decode(ReadOnlySpan<byte> fields, ushort version, bool isClean, string path)
    {
        var reader = new CatalogReader(fields, path);
        var folderId = reader.Id().Value;
        long sequence = reader.Int64();
        var journal = new JournalPosition(reader.Int64(), reader.UInt32(), reader.Int32(), reader.Int64());
        var logs = new LogRecord[reader.Count(LogMinBytes)];
        for (int index = 0; index < logs.Length; index++)
        {
            LogRecord log = LogRecord.Read(ref reader);
            logs[index] = version >= FirstVersionWithProducers ? log with { Producers = ProducerRecord.Read(ref reader) } : log;
        }

        var garbage = new string[reader.Count(sizeof(int))];
        for (int index = 0; index < garbage.Length; index++)
        {
            garbage[index] = reader.Text();
        }

        return new Catalog
        {
            FolderId = folderId,
            Sequence = sequence,
            Journal = journal,
            IsClean = isClean,
            IsOfOlderVersion = version < Version,
            Logs = logs,
            Garbage = garbage,
        };
    }
}
