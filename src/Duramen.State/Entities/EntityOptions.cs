namespace Duramen.State.Entities;

/// <summary>What an entity log may use.</summary>
public sealed record EntityOptions
{
    /// <summary>What the index may keep in memory, in bytes; as <see cref="Store.StoreOptions.MemoryBytes"/>.</summary>
    public long MemoryBytes { get; init; } = 256L << 20;

    /// <summary>The clock that records without a time get theirs from; the system's by default.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Told what happened that was not asked for: a rebuild, damage, a disk that failed, a skipped record. May be called on any thread.</summary>
    public Action<string>? Notice { get; init; }

    /// <summary>As <see cref="Store.StoreOptions.RecentBytes"/>.</summary>
    internal long RecentBytes { get; init; }
}
