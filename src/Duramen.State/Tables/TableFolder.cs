using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.Log;
using Duramen.State.Store;
using Duramen.State.Store.Disk;
using Duramen.State.Store.Keys;

namespace Duramen.State.Tables;

/// <summary>
/// The folder of a table: a folder for each store that it has, named by a number and by what the store is a fold of. The highest number is the one that is folded. One below it is there only as long as
/// the higher one has not caught up.
/// </summary>
internal sealed class TableFolder
{
    private readonly IDisk _disk;
    private readonly string _path;
    private readonly int _versionAt;

    public TableFolder(IDisk disk, string path, IProjection projection, IReadOnlyList<ILog> logs)
    {
        _disk = disk;
        _path = path;
        Identity = IdentityOf(projection, logs);
        _versionAt = logs.Count * LogId.SizeBytes;
    }

    /// <summary>What a store of this table is a fold of.</summary>
    public byte[] Identity { get; }

    /// <summary>
    /// The store to fold, which may be new, and the last one before it that can still be read, if there is one.
    /// </summary>
    public (string Current, string? Previous) Choose(bool isNew)
    {
        IReadOnlyList<string> names = _disk.FolderExists(_path) ? [.. _disk.ListFolders(_path)] : [];
        string? last = names.Count > 0 ? names[^1] : null;
        bool isOurs = last is not null && last.EndsWith($"-{Suffix}", StringComparison.Ordinal);
        if (isOurs && !isNew)
        {
            return (PathOf(last!), names.Count > 1 ? PathOf(names[^2]) : null);
        }

        long number = last is not null && long.TryParse(last.Split('-')[0], CultureInfo.InvariantCulture, out long taken) ? taken + 1 : 1;
        return (PathOf(string.Create(CultureInfo.InvariantCulture, $"{number:D6}-{Suffix}")), last is null ? null : PathOf(last));
    }

    /// <summary>The identity of the store in a folder; null when there is none that is whole.</summary>
    public ReadOnlyMemory<byte>? IdentityIn(string store)
    {
        try
        {
            return Manifest.Read(_disk, store, out _)?.Identity;
        }
        catch (StoreException)
        {
            return null;
        }
    }

    /// <summary>Whether a store with this identity is of the same logs and the same projection, whatever its version: one of others has nothing to say here.</summary>
    public bool IsOurs(ReadOnlySpan<byte> identity) =>
        identity.Length == Identity.Length
        && identity[.._versionAt].SequenceEqual(Identity.AsSpan(0, _versionAt))
        && identity[(_versionAt + sizeof(int))..].SequenceEqual(Identity.AsSpan(_versionAt + sizeof(int)));

    /// <summary>Deletes all stores but one.</summary>
    public void DeleteAllBut(string store)
    {
        foreach (string name in _disk.ListFolders(_path))
        {
            if (PathOf(name) != store)
            {
                DiskStore.Delete(_disk, PathOf(name));
            }
        }
    }

    private string Suffix => KeyHash.Of(Identity).First.ToString("x16", CultureInfo.InvariantCulture);

    private string PathOf(string name) => $"{_path}/{name}";

    private static byte[] IdentityOf(IProjection projection, IReadOnlyList<ILog> logs)
    {
        using var identity = new PooledBuffer();
        foreach (ILog log in logs)
        {
            log.Id.Write(identity.GetSpan(LogId.SizeBytes));
            identity.Advance(LogId.SizeBytes);
        }

        BinaryPrimitives.WriteInt32BigEndian(identity.GetSpan(sizeof(int)), projection.Version);
        identity.Advance(sizeof(int));
        identity.Write(Encoding.UTF8.GetBytes(projection.Name));
        return identity.WrittenSpan.ToArray();
    }
}
