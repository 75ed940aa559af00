SELECT day, count(*) FROM visits GROUP BY day;
