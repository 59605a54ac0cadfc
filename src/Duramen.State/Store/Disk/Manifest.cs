using System.Buffers.Binary;
using Duramen.Core.Binary;
using Duramen.Core.Checksums;
using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.State.Store.Runs;

namespace Duramen.State.Store.Disk;

/// <summary>
/// Says what a store consists of: which runs, and the position they give together. It is replaced as a whole, by a rename, so that state and position are durable at
/// once; a run that it does not name is nothing.
/// <code>
///  0  4  magic "DRTM"               40  8  number of the next run
///  4  2  version, 2                 48  4  length of the identity, then the identity
///  6  2  zero                       ..  4  length of the attachment, then the attachment
///  8  8  position                   ..  4  number of runs, then 36 bytes for each, oldest first:
/// 16  8  horizon                           8 number, 4 level, 8 first offset, 8 offset after the last, 8 length of the file
/// 24 16  digest                    ..  4  CRC-32C of all before
/// </code>
/// </summary>
internal sealed record Manifest
{
    public const string FileName = "manifest";
    public const string TemporaryName = "manifest.new";

    private const uint Magic = 0x4452544D;
    private const short Version = 2;
    private const int FixedBytes = 48;
    private const int RunBytes = 36;

    public required Offset Position { get; init; }

    public required Offset Horizon { get; init; }

    public required StoreDigest Digest { get; init; }

    public required long NextRun { get; init; }

    public required ReadOnlyMemory<byte> Identity { get; init; }

    public required ReadOnlyMemory<byte> Attachment { get; init; }

    /// <summary>The runs, oldest first; each begins where the one before it ends, and the last ends at or before the position.</summary>
    public required IReadOnlyList<RunState> Runs { get; init; }

    /// <summary>Replaces the manifest durably.</summary>
    public void Write(IDisk disk, string folder)
    {
        byte[] bytes = ToBytes();
        string temporary = $"{folder}/{TemporaryName}";
        disk.DeleteFile(temporary);
        using (IDiskFile file = disk.Open(temporary, DiskFileMode.CreateNew))
        {
            file.Write(bytes, 0);
            file.Sync();
        }

        disk.Rename(temporary, $"{folder}/{FileName}");
        disk.SyncFolder(folder);
    }

    /// <summary>Reads the manifest; null when there is none, which is a new store, and when it is of another version of the format.</summary>
    /// <exception cref="StoreException"><see cref="StoreErrors.Damaged"/>.</exception>
    public static Manifest? Read(IDisk disk, string folder, out bool isOfOtherVersion)
    {
        string path = $"{folder}/{FileName}";
        isOfOtherVersion = false;
        if (!disk.FileExists(path))
        {
            return null;
        }

        using IDiskFile file = disk.Open(path, DiskFileMode.Existing);
        byte[] bytes = new byte[(int)Math.Min(file.Length, StoreLimits.ManifestMaxBytes + 1)];
        if (file.Read(bytes, 0) < bytes.Length || VersionOf(bytes) is not short version)
        {
            throw StoreRefusals.Damaged(path, "it is not what was written");
        }

        isOfOtherVersion = version != Version;
        return isOfOtherVersion ? null : TryRead(bytes) ?? throw StoreRefusals.Damaged(path, "it is not what was written");
    }

    /// <summary>Reads a manifest; null when the bytes are none.</summary>
    public static Manifest? TryRead(ReadOnlySpan<byte> bytes)
    {
        if (VersionOf(bytes) != Version)
        {
            return null;
        }

        var reader = new SpanReader(bytes[sizeof(long)..^sizeof(uint)]);
        var manifest = new
        {
            Position = reader.ReadInt64(),
            Horizon = reader.ReadInt64(),
            Digest = StoreDigest.Read(reader.ReadBytes(StoreDigest.SizeBytes)),
            NextRun = reader.ReadInt64(),
        };
        if (!TryReadBytes(ref reader, out byte[] identity)
            || !TryReadBytes(ref reader, out byte[] attachment)
            || !reader.TryReadInt32(out int count)
            || count < 0
            || reader.Remaining != (long)count * RunBytes)
        {
            return null;
        }

        var runs = new RunState[count];
        for (int index = 0; index < count; index++)
        {
            runs[index] = new RunState(
                reader.ReadInt64(), reader.ReadInt32(), new Offset(reader.ReadInt64()), new Offset(reader.ReadInt64()), reader.ReadInt64());
        }

        return new Manifest
        {
            Position = new Offset(manifest.Position),
            Horizon = new Offset(manifest.Horizon),
            Digest = manifest.Digest,
            NextRun = manifest.NextRun,
            Identity = identity,
            Attachment = attachment,
            Runs = runs,
        };
    }

    public byte[] ToBytes()
    {
        byte[] bytes = new byte[FixedBytes + (4 * sizeof(int)) + Identity.Length + Attachment.Length + (Runs.Count * RunBytes)];
        var writer = new SpanWriter(bytes);
        writer.WriteUInt32(Magic);
        writer.WriteInt16(Version);
        writer.WriteInt16(0);
        writer.WriteInt64(Position.Value);
        writer.WriteInt64(Horizon.Value);
        Digest.Write(writer.Take(StoreDigest.SizeBytes));
        writer.WriteInt64(NextRun);
        writer.WriteInt32(Identity.Length);
        writer.WriteBytes(Identity.Span);
        writer.WriteInt32(Attachment.Length);
        writer.WriteBytes(Attachment.Span);
        writer.WriteInt32(Runs.Count);
        foreach (RunState run in Runs)
        {
            writer.WriteInt64(run.Number);
            writer.WriteInt32(run.Level);
            writer.WriteInt64(run.From.Value);
            writer.WriteInt64(run.To.Value);
            writer.WriteInt64(run.SizeBytes);
        }

        writer.WriteUInt32(Crc32C.Compute(writer.Written));
        return bytes;
    }

    /// <summary>The version of the format that bytes are a manifest in; null when they are none. Magic, version and checksum are where they are in every version.</summary>
    private static short? VersionOf(ReadOnlySpan<byte> bytes) =>
        bytes.Length is >= FixedBytes + sizeof(uint) and <= StoreLimits.ManifestMaxBytes
        && Crc32C.Compute(bytes[..^sizeof(uint)]) == BinaryPrimitives.ReadUInt32BigEndian(bytes[^sizeof(uint)..])
        && BinaryPrimitives.ReadUInt32BigEndian(bytes) == Magic
            ? BinaryPrimitives.ReadInt16BigEndian(bytes[sizeof(uint)..])
            : null;

    private static bool TryReadBytes(ref SpanReader reader, out byte[] bytes)
    {
        bytes = [];
        if (!reader.TryReadInt32(out int length) || !reader.TryReadBytes(length, out ReadOnlySpan<byte> span))
        {
            return false;
        }

        bytes = span.ToArray();
        return true;
    }
}
