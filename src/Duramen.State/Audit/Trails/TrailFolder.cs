using System.Globalization;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.State.Audit.Merkle;

namespace Duramen.State.Audit.Trails;

/// <summary>
/// A trail in two files that only grow, the offsets of leaves and the nodes of the tree, beside a <see cref="TrailHeader"/> that says how much of them is
/// durable. What is behind that was never promised: it is written again. One owner, one thread at a time.
/// </summary>
internal sealed class TrailFolder : ITrailStore
{
    private const int LeafSizeBytes = 2 * sizeof(long);

    private readonly IDisk _disk;
    private readonly string _folder;
    private readonly SlotFile _leaves;
    private readonly SlotFile _nodes;
    private TrailHeader _header;

    private TrailFolder(IDisk disk, string folder, TrailHeader header, DiskFileMode mode)
    {
        _disk = disk;
        _folder = folder;
        _header = header;
        IDiskFile leaves = disk.Open(LeavesPath(folder, header.Generation), mode);
        try
        {
            IDiskFile nodes = disk.Open(NodesPath(folder, header.Generation), mode);
            _leaves = new SlotFile(leaves, LeafSizeBytes, header.Leaves);
            _nodes = new SlotFile(nodes, MerkleHash.SizeBytes, MerkleNumbers.NodesOf(header.Leaves));
        }
        catch
        {
            leaves.Dispose();
            throw;
        }
    }

    public long Leaves => _leaves.Count;

    /// <summary>What the files are of.</summary>
    public TrailHeader Header => _header;

    /// <summary>Opens the files that a header speaks of; null when they are not there.</summary>
    public static TrailFolder? TryOpen(IDisk disk, string folder, TrailHeader header) =>
        disk.FileExists(LeavesPath(folder, header.Generation)) && disk.FileExists(NodesPath(folder, header.Generation))
            ? new TrailFolder(disk, folder, header, DiskFileMode.Existing)
            : null;

    /// <summary>
    /// Opens the newest files of a folder whose header is not to be read, with as many leaves as they have room for; null when there are none. Only what is sound in
    /// them says anything.
    /// </summary>
    public static TrailFolder? TryOpenNewest(IDisk disk, string folder, LogId log, Offset first)
    {
        int generation = NewestGeneration(disk, folder);
        long leaves = Math.Max(0, disk.FileLength(LeavesPath(folder, generation))) / SlotFile.SizeOfSlot(LeafSizeBytes);
        return TryOpen(disk, folder, new TrailHeader(log, first, generation, leaves, MerkleHash.Empty));
    }

    /// <summary>Makes the files of a new generation; nobody speaks of them before <see cref="Keep"/>.</summary>
    public static TrailFolder Create(IDisk disk, string folder, LogId log, Offset first, int generation)
    {
        disk.DeleteFile(LeavesPath(folder, generation));
        disk.DeleteFile(NodesPath(folder, generation));
        return new TrailFolder(disk, folder, new TrailHeader(log, first, generation, 0, MerkleHash.Empty), DiskFileMode.CreateNew);
    }

    /// <summary>Whether all that the header speaks of is what was written.</summary>
    public bool IsIntact() =>
        _leaves.AreAllIntact() && _nodes.AreAllIntact() && new MerkleTree(this, _header.Leaves).RootAt(_header.Leaves) == _header.Root;

    public MerkleHash Read(long number) => TryRead(number, out MerkleHash node) ? node : throw Damaged("nodes", number);

    /// <summary>Reads a node; false when it is not what was written.</summary>
    public bool TryRead(long number, out MerkleHash node)
    {
        Span<byte> bytes = stackalloc byte[MerkleHash.SizeBytes];
        bool isIntact = _nodes.TryRead(number, bytes);
        node = new MerkleHash(bytes);
        return isIntact;
    }

    public void Append(MerkleHash node)
    {
        Span<byte> bytes = stackalloc byte[MerkleHash.SizeBytes];
        node.Write(bytes);
        _nodes.Append(bytes);
    }

    public TrailLeaf ReadLeaf(long index) => TryReadLeaf(index, out TrailLeaf leaf) ? leaf : throw Damaged("leaves", index);

    /// <summary>Reads the offsets of a leaf; false when they are not what was written.</summary>
    public bool TryReadLeaf(long index, out TrailLeaf leaf)
    {
        Span<byte> bytes = stackalloc byte[LeafSizeBytes];
        bool isIntact = _leaves.TryRead(index, bytes);
        var reader = new SpanReader(bytes);
        leaf = new TrailLeaf(new Offset(reader.ReadInt64()), new Offset(reader.ReadInt64()));
        return isIntact;
    }

    public void AppendLeaf(TrailLeaf leaf)
    {
        Span<byte> bytes = stackalloc byte[LeafSizeBytes];
        var writer = new SpanWriter(bytes);
        writer.WriteInt64(leaf.BaseOffset.Value);
        writer.WriteInt64(leaf.NextOffset.Value);
        _leaves.Append(bytes);
    }

    public void Keep(MerkleHash root)
    {
        _leaves.Sync();
        _nodes.Sync();
        if (_header.Leaves == 0)
        {
            // The header must not speak of files whose names a power cut can take back.
            _disk.SyncFolder(_folder);
        }

        _header = _header with { Leaves = _leaves.Count, Root = root };
        _header.Write(_disk, _folder);
    }

    /// <summary>Deletes the files of every other generation.</summary>
    public void DeleteOthers()
    {
        string leaves = LeavesPath(_folder, _header.Generation);
        string nodes = NodesPath(_folder, _header.Generation);
        foreach (string name in _disk.ListFiles(_folder))
        {
            string path = $"{_folder}/{name}";
            if (GenerationOf(name) > 0 && path != leaves && path != nodes)
            {
                _disk.DeleteFile(path);
            }
        }
    }

    /// <summary>The newest generation of which a folder has a file; 0 when it has none.</summary>
    public static int NewestGeneration(IDisk disk, string folder) => disk.ListFiles(folder).Select(GenerationOf).DefaultIfEmpty(0).Max();

    public void Dispose()
    {
        _leaves.Dispose();
        _nodes.Dispose();
    }

    private static string LeavesPath(string folder, int generation) => string.Create(CultureInfo.InvariantCulture, $"{folder}/leaves-{generation}");

    private static string NodesPath(string folder, int generation) => string.Create(CultureInfo.InvariantCulture, $"{folder}/nodes-{generation}");

    private static int GenerationOf(string name)
    {
        string[] parts = name.Split('-');
        return parts is ["leaves" or "nodes", var number] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int generation)
            ? generation
            : 0;
    }

    private StateException Damaged(string file, long slot) => new(
        StateErrors.AuditDamaged,
        string.Create(CultureInfo.InvariantCulture, $"{_folder}/{file}-{_header.Generation}: slot {slot} is not what was written."),
        "Open the trail again: it is made anew from the log where that is possible.");
}
