using Duramen.Core.Binary;
using Duramen.Core.Checksums;
using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.State.Audit.Merkle;

namespace Duramen.State.Audit.Trails;

/// <summary>
/// What a kept trail is of and how far it is durable: the file <c>trail</c>, which is written anew beside the old one and put in its place with a rename, so
/// that it always speaks of slots that were synced before.
/// </summary>
/// <param name="Log">The log.</param>
/// <param name="First">The offset with which the trail begins.</param>
/// <param name="Generation">Which files hold the slots; one more with every rebuilding.</param>
/// <param name="Leaves">The leaves that are durable.</param>
/// <param name="Root">The root of the tree over them.</param>
internal sealed record TrailHeader(LogId Log, Offset First, int Generation, long Leaves, MerkleHash Root)
{
    private const string FileName = "trail";
    private const string NewFileName = "trail.new";
    private const short Version = 1;
    private const int SizeBytes = 8 + sizeof(short) + LogId.SizeBytes + sizeof(long) + sizeof(int) + sizeof(long) + MerkleHash.SizeBytes + sizeof(uint);

    private static ReadOnlySpan<byte> Magic => "DURATRAI"u8;

    /// <summary>Whether a folder has one, sound or not.</summary>
    public static bool Exists(IDisk disk, string folder) => disk.FileExists(PathOf(folder, FileName));

    /// <summary>Reads the header of a folder that has one; null when it is damaged.</summary>
    public static TrailHeader? Read(IDisk disk, string folder)
    {
        Span<byte> bytes = stackalloc byte[SizeBytes];
        using IDiskFile file = disk.Open(PathOf(folder, FileName), DiskFileMode.Existing);
        if (file.Length != SizeBytes || file.Read(bytes, 0) < SizeBytes)
        {
            return null;
        }

        var reader = new SpanReader(bytes);
        bool isOurs = reader.ReadBytes(Magic.Length).SequenceEqual(Magic) && reader.ReadInt16() == Version;
        var header = new TrailHeader(
            LogId.Read(reader.ReadBytes(LogId.SizeBytes)),
            new Offset(reader.ReadInt64()),
            reader.ReadInt32(),
            reader.ReadInt64(),
            new MerkleHash(reader.ReadBytes(MerkleHash.SizeBytes)));
        return isOurs && reader.ReadUInt32() == Crc32C.Compute(bytes[..^sizeof(uint)]) ? header : null;
    }

    /// <summary>Puts this header in the place of the one before; durable when it returns.</summary>
    public void Write(IDisk disk, string folder)
    {
        Span<byte> bytes = stackalloc byte[SizeBytes];
        var writer = new SpanWriter(bytes);
        writer.WriteBytes(Magic);
        writer.WriteInt16(Version);
        Log.Write(writer.Take(LogId.SizeBytes));
        writer.WriteInt64(First.Value);
        writer.WriteInt32(Generation);
        writer.WriteInt64(Leaves);
        Root.Write(writer.Take(MerkleHash.SizeBytes));
        writer.WriteUInt32(Crc32C.Compute(writer.Written));

        string path = PathOf(folder, NewFileName);
        disk.DeleteFile(path);
        using (IDiskFile file = disk.Open(path, DiskFileMode.CreateNew))
        {
            file.Write(bytes, 0);
            file.Sync();
        }

        disk.Rename(path, PathOf(folder, FileName));
        disk.SyncFolder(folder);
    }

    private static string PathOf(string folder, string name) => $"{folder}/{name}";
}
