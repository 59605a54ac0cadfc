namespace Duramen.Kafka.Tests;

/// <summary>The working tree that the tests were built from.</summary>
internal static class RepositoryRoot
{
    /// <summary>Its path.</summary>
    public static string Find()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Duramen.slnx")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds Duramen.slnx.");
    }
}
