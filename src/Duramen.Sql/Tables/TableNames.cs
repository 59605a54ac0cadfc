namespace Duramen.Sql.Tables;

/// <summary>How tables are named in a query.</summary>
internal static class TableNames
{
    /// <summary>Behind the name of a table: all versions instead of the latest ones. No topic has an @ in its name.</summary>
    public const string History = "@history";

    /// <summary>The table of the tables that there are, where no topic has this name.</summary>
    public const string Topics = "duramen_topics";

    /// <summary>A name as SQL takes any.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
