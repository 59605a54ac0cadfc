namespace Duramen.Storage.Journaling;

/// <summary>What preparing an operation came to.</summary>
internal enum Prepared
{
    /// <summary>An entry was written; the operation waits for the group.</summary>
    Entry,

    /// <summary>There is nothing to make durable; the operation is to be completed in its turn.</summary>
    Nothing,

    /// <summary>The group is full; the operation is to be prepared again for the next one.</summary>
    NoRoom,
}
