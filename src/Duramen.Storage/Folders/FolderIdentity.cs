using System.Globalization;
using System.Text;
using Duramen.Core.Checksums;
using Duramen.Disk;

namespace Duramen.Storage.Folders;

/// <summary>
/// The file that says what a data folder is, in text, so that a person who finds it can read it. Every line is <c>name value</c>; the last is
/// the CRC-32C of the bytes before it. These two rules, and the meaning of <c>version</c>, hold for every version to come.
/// </summary>
internal sealed record FolderIdentity(Guid FolderId, Guid ClusterId, DateTimeOffset Created)
{
    private const string Title = "duramen data folder";
    private const int Version = 1;
    private const int LengthMax = 4096;

    /// <summary>Reads the identity; null when there is none.</summary>
    /// <exception cref="StorageException">The file is damaged, or a newer version wrote it.</exception>
    public static FolderIdentity? TryLoad(IDisk disk, string folder)
    {
        string path = $"{folder}/{FolderLayout.IdentityFile}";
        if (!disk.FileExists(path))
        {
            return null;
        }

        byte[] bytes;
        using (IDiskFile file = disk.Open(path, DiskFileMode.Existing))
        {
            bytes = new byte[Math.Min(file.Length, LengthMax)];
            file.Read(bytes, 0);
        }

        string text = Encoding.Latin1.GetString(bytes);
        int checksumAt = text.IndexOf("crc32c ", StringComparison.Ordinal);
        if (checksumAt < 0 || text[checksumAt..] != ChecksumLine(bytes.AsSpan(0, checksumAt)))
        {
            throw Damaged(path);
        }

        Dictionary<string, string> fields = text[..checksumAt]
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Skip(1)
            .Select(line => line.Split(' ', 2))
            .Where(parts => parts.Length == 2)
            .ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal);
        if (fields.TryGetValue("version", out string? versionText)
            && int.TryParse(versionText, NumberStyles.None, CultureInfo.InvariantCulture, out int version)
            && version > Version)
        {
            throw new StorageException(
                StorageErrors.NewerVersion,
                FormattableString.Invariant($"{path} has format version {version}; this program knows versions up to {Version}."),
                "Open the folder with the version of Duramen that wrote it, or a newer one.");
        }

        return fields.TryGetValue("folder", out string? folderId) && Guid.TryParse(folderId, out Guid folderGuid)
            && fields.TryGetValue("cluster", out string? clusterId) && Guid.TryParse(clusterId, out Guid clusterGuid)
            && fields.TryGetValue("created", out string? created)
            && DateTimeOffset.TryParse(created, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset createdAt)
                ? new FolderIdentity(folderGuid, clusterGuid, createdAt)
                : throw Damaged(path);
    }

    /// <summary>Writes the file durably; the last step of making a folder.</summary>
    public void Save(IDisk disk, string folder)
    {
        string path = $"{folder}/{FolderLayout.IdentityFile}";
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"{Title}\nversion {Version}\nfolder {FolderId:D}\ncluster {ClusterId:D}\ncreated {Created.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}\n");
        text += ChecksumLine(Encoding.Latin1.GetBytes(text));
        disk.DeleteFile(path + ".new");
        using (IDiskFile file = disk.Open(path + ".new", DiskFileMode.CreateNew))
        {
            file.Write(Encoding.Latin1.GetBytes(text), 0);
            file.Sync();
        }

        disk.Rename(path + ".new", path);
        disk.SyncFolder(folder);
    }

    private static string ChecksumLine(ReadOnlySpan<byte> bytes) =>
        string.Create(CultureInfo.InvariantCulture, $"crc32c {Crc32C.Compute(bytes):x8}\n");

    private static StorageException Damaged(string path) =>
        new(
            StorageErrors.FileDamaged,
            $"{path} is damaged: its checksum does not match its text, or a line of it cannot be read.",
            "Restore this file from a backup of the folder.");
}
