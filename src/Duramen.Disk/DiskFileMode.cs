namespace Duramen.Disk;

/// <summary>What opening a file expects of its existence.</summary>
public enum DiskFileMode
{
    /// <summary>The file must exist.</summary>
    Existing,

    /// <summary>The file must not exist; it is created empty, readable and writable by the owner only (mode 0600).</summary>
    CreateNew,

    /// <summary>The file is opened, and created empty first when it is missing.</summary>
    OpenOrCreate,
}
