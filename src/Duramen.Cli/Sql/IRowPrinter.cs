namespace Duramen.Cli.Sql;

/// <summary>Prints the rows of a query.</summary>
internal interface IRowPrinter : IDisposable
{
    /// <summary>Prints the row that the query stands at.</summary>
    void Print();

    /// <summary>Prints what is still to come behind the last row.</summary>
    void End();
}
