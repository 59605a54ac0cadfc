using System.Runtime.InteropServices;

namespace Duramen.Records.Compression;

/// <summary>
/// Keeps a few native contexts for reuse: making one costs more than compressing a small batch with it. Whoever rents one owns it until it
/// comes back; one that finds no free place is destroyed.
/// </summary>
internal sealed class ContextPool<T>(Func<T> make)
    where T : SafeHandle
{
    private readonly T?[] _free = new T?[Math.Clamp(Environment.ProcessorCount, 2, 16)];

    internal T Rent()
    {
        for (int i = 0; i < _free.Length; i++)
        {
            if (Interlocked.Exchange(ref _free[i], null) is { } context)
            {
                return context;
            }
        }

        return make();
    }

    internal void Return(T context)
    {
        for (int i = 0; i < _free.Length; i++)
        {
            if (Interlocked.CompareExchange(ref _free[i], context, null) is null)
            {
                return;
            }
        }

        context.Dispose();
    }
}
